"""What is for sale, and which order holds it."""
