"""From a posting (text, page, PDF, Word) or a spreadsheet to a draft of a knowledge file, and back.

What stays out: answering candidates. No fact is made here: answers are sentences of the source.
"""
