"""Small questionnaires that several tests interview with."""

CARS = """
    - {question: owns_car, kind: yes_no}
    - {question: cars, kind: integer, ask_if: owns_car}
    - {question: garage, kind: yes_no, ask_if: cars >= 2}
    - {question: bus, kind: yes_no}
"""

SECTIONS = """
    work:
      - {question: works, kind: yes_no}
      - {question: hours, kind: integer, ask_if: works}
    travel:
      ask_if: hours >= 10
      items:
        - {question: commutes, kind: yes_no}
        - {question: minutes, kind: integer, ask_if: commutes}
    end:
      - {statement: thanks, say: Thank you.}
"""

HOUSEHOLD = """
    - {question: size, kind: integer, range: 0..9}
    - roster: people
      size: size
      at_most: 4
      items:
        - {question: age, kind: integer}
        - {question: job, kind: yes_no, ask_if: age >= 18}
    - {compute: adults, kind: integer, as: count(people where age >= 18)}
    - {question: retired, kind: yes_no, ask_if: any(people where age >= 65)}
"""

OPEN_ROSTER = """
    - {question: any_pets, kind: yes_no}
    - roster: pets
      at_most: 2
      ask_if: any_pets
      row_label: "Pet {row}: {animal | not named}"
      items:
        - {question: animal, kind: text}
"""
