"""Troubleshooter: a Slack bot that finds out what is wrong with a Splunk deployment."""
