"""The report, and the pictures that README shows too. They show results and measure nothing."""
