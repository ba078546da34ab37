"""What hypothesis loads through its entry point; it imports nothing, hypothesis least of all."""
