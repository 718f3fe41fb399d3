"""Mail: what letters say, how they are put together, and how they leave."""
