"""Several machines: procrastinate on PostgreSQL hands runs out. It stops here, and is imported only when configured."""
