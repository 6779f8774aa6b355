"""One recorder at work: from what a page reports to takes."""
