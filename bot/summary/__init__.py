"""The SummarizationTool: results in, report out."""
