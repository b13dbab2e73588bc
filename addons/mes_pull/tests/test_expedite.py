"""Expedite an order, and order overtime: both plan anew what is planned."""
