"""Mistakes put into the services: which of them do storms find, and which does the suite?"""
