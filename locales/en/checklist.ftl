# The 28 points of the check: names by the keys of policy/checklist.yaml.

section-identification = Which bike
section-condition = Condition
section-mechanics = Mechanics
section-history = History
section-result = Result

point-brand = Brand
point-model = Model
point-year = Year
point-frame_size = Frame size
point-serial_number = Serial number, not stolen
point-frame = Frame
point-fork = Fork
point-shock = Shock
point-drivetrain = Drivetrain
point-brakes = Brakes
point-wheels = Wheels
point-tyres = Tyres
point-headset = Headset
point-bottom_bracket = Bottom bracket
point-suspension_service = Suspension service history
point-brake_pads = Brake pads, % left
point-chain_wear = Chain wear
point-cassette_wear = Cassette wear
point-rotors = Rotors
point-bearing_play = Bearing play
point-first_owner = First owner
point-proof_of_purchase = Proof of purchase
point-warranty = Warranty
point-crash_history = Crash history
point-sale_reason = Reason for sale
point-upgrades = Upgrades
point-test_ride = Test ride
point-final_verdict = Final verdict

answer-ok = fine
answer-problem = problem
answer-na = not applicable

flag-dead_battery = Dead battery
flag-cracked_frame = Cracked frame
flag-cracked_fork = Cracked fork
flag-serial_stolen = Serial number found stolen
