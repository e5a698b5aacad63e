' splice: place
' The key below opens this room only. vMix keeps it as plain text: whoever gets the preset gets the key.
