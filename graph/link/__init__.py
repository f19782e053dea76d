"""Identity resolution on plain tables: learns its weights from the rows alone, columns in, columns out."""
