"""Diagnoses -> text: a table, a full page, a document; nothing here prints."""
