"""A DBC file with everything in it that a ship may meet."""

SHIP = """VERSION ""

NS_ :

BS_:

BU_: PLC

BO_ 291 Pump: 8 PLC
 SG_ Speed : 7|16@0+ (0.5,0) [0|0] "rpm" PLC
 SG_ Torque : 23|12@0- (0.1,10) [0|0] "Nm" PLC
 SG_ State : 32|3@1+ (1,0) [0|7] "" PLC
 SG_ Running : 35|1@1+ (1,0) [0|1] "" PLC
 SG_ Trim : 40|8@1- (1,0) [-128|127] "deg" PLC
 SG_ Odd : 50|11@1+ (0.25,-100) [0|0] "" PLC

BO_ 2566844949 Tank: 8 PLC
 SG_ Which M : 0|8@1+ (1,0) [0|0] "" PLC
 SG_ Level m1 : 8|16@1+ (0.1,0) [0|0] "%" PLC
 SG_ Temperature m2 : 8|16@1- (0.1,0) [0|0] "degC" PLC
 SG_ Always : 56|8@1+ (1,0) [0|0] "" PLC

BO_ 512 Flow: 8 PLC
 SG_ Rate : 0|32@1- (1,0) [0|0] "m3/h" PLC
 SG_ Total : 32|32@1+ (1,0) [0|0] "m3" PLC

CM_ SG_ 291 State "what it does";
VAL_ 291 State 0 "Stopped" 1 "Starting" 2 "Running" 7 "Fault" ;
SIG_VALTYPE_ 512 Rate : 1;
"""
