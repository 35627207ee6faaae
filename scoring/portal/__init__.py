"""The portal: the office, the units, the providers and the verifiers of an assessment at one web address.

A Django project over the library's public face. It is a front like the command line: scores and papers
are the library's, from the same folder.
"""
