"""Settings: every option, how it is read from the environment, and the home folder of an installation."""
