"""The form and the thread in a real browser: pictures in every theme, and weight and speed beside other systems."""
