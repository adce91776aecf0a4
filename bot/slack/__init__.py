"""The Slack door: slack_bolt and slack_sdk stop here."""
