"""Messages to the outside world: deliveries, their attempts and the retry schedule of each channel."""
