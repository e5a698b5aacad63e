' Where: vMix > Settings > Scripting > Add > Import this file, or Add and paste its text; name it as the line Name says.
' Press: a shortcut or trigger with the function ScriptStart and the script's name as its Value.
