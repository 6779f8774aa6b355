"""The road between Python and the pages: messages, order, acknowledgement."""
