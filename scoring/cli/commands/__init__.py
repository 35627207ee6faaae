"""What the commands are called with and what their help says, a module each; what one does is imported
only when it runs."""
