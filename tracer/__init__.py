"""The application: it decides, logs, asks, keeps and shows. All input and output is here."""
