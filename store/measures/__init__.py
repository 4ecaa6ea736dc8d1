"""What is measured: KPIs, limits kept and broken, trends, scorecards."""
