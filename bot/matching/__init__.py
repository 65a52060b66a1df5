"""Understanding a question: values in, decision out. No I/O, no clock; same input, same output."""
