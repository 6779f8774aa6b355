"""The connection between Python and the pages: messages, order, acknowledgement."""
