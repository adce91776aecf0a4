"""Pure guards: the SPL guard and its bounds, time modifiers, masking of secrets."""
