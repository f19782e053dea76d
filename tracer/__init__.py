"""The application: it decides, logs, asks, keeps and shows. All input and output is here."""

import os

# pypinyin reads 47,000 phrases beside its characters, which nobody here asks for: 45 MB and 0.15 s. The names
# of persons are read character by character (graph/clean/pinyin.py).
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
