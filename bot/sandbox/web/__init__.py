"""The sandbox Slack as a local web page: what a person would see in Slack, and what they could do there."""
