"""What is measured, a file each, which knows how and returns raw values: durations and samples."""
