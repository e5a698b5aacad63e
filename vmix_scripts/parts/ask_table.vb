' splice: answer
' splice: fetch
' splice: table
