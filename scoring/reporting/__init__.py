"""Problems and gaps as a person reads them: what has one cause and one remedy is one line."""
