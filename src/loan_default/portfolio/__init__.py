"""What a lender's data means: description, parsing, twins, split, leak scan, cleaning."""
