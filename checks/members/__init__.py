"""The member's view: did they find what they wanted in what they were shown?"""
