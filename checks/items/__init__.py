"""The item's view: is every title given its chance?"""
