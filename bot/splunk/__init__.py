"""The Splunk door: aiohttp stops here."""
