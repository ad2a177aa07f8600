"""Planted defects that nobody comes to, each with a sound twin."""

from tests.skips.proof.detect.planted import twins

PLANTED = (
    # --- items ------------------------------------------------------------------------------
    twins(
        "two parts of its condition contradict each other",
        """
        - {question: size, kind: integer, range: 1..9}
        - {question: rooms, kind: integer, ask_if: size > 4 and size < 3}
        """,
        "item-unreachable at rooms",
        {"size < 3": "size < 7"},
    ),
    twins(
        "its condition contradicts that of its section",
        """
        first: [{question: owns_car, kind: yes_no}]
        cars:
          ask_if: owns_car
          items:
            - {question: cars, kind: integer}
            - {question: why_none, kind: text, ask_if: not owns_car}
        """,
        "item-unreachable at why_none",
        {"not owns_car": "cars > 3"},
    ),
    twins(
        "its condition contradicts a computed value",
        """
        - {question: age, kind: integer}
        - {compute: adult, as: age >= 18}
        - {question: school, kind: text, ask_if: adult and age < 16}
        """,
        "item-unreachable at school",
        {"age < 16": "age < 26"},
    ),
    twins(
        "it wants a number out of range",
        """
        - {question: size, kind: integer, range: 1..9}
        - {question: floors, kind: integer, ask_if: size >= 10}
        """,
        "item-unreachable at floors",
        {"size >= 10": "size >= 9"},
    ),
    twins(
        "a hard check keeps the answer out",
        """
        - question: size
          kind: integer
          checks: [{hard: size <= 12, say: Really}]
        - {compute: extra, kind: integer, as: size - 12}
        - {question: hall, kind: yes_no, ask_if: extra > 0}
        - question: halls
          kind: integer
          checks: [{hard: halls < 3 or extra > 0, say: Really}]
        """,
        "item-unreachable at hall",
        {"hard:": "soft:"},
    ),
    twins(
        "it exists only in a mode in which what it reads does not",
        """
        - {question: mood, kind: yes_no, modes: [interview]}
        - {question: page, kind: text, modes: [record], ask_if: mood}
        """,
        "item-unreachable at page",
        {"modes: [interview]": "modes: [interview, record]"},
    ),
    twins(
        "a reason it asks about is not accepted",
        """
        - {question: age, kind: integer, no_missing: all}
        - {question: about, kind: integer, ask_if: missing(age)}
        """,
        "item-unreachable at about",
        {", no_missing: all": ", no_missing: [declined]"},
    ),
    twins(
        "an item of a row contradicts the row's condition",
        """
        - {question: size, kind: integer, range: 1..3}
        - roster: people
          size: size
          at_most: 3
          row_if: row > 1
          items:
            - {question: age, kind: integer}
            - {question: own, kind: yes_no, ask_if: row == 1}
        """,
        "item-unreachable at own",
        {"row_if: row > 1": "row_if: row >= 1"},
    ),
    twins(
        "what follows from a defect is not reported again",
        """
        - {question: size, kind: integer, range: 1..9}
        - {question: hall, kind: yes_no, ask_if: size > 9}
        - {question: piano, kind: yes_no, ask_if: hall}
        - {statement: music, say: Music., ask_if: piano and size > 2}
        """,
        "item-unreachable at hall",
        {"size > 9": "size > 8"},
    ),
    # --- sections ---------------------------------------------------------------------------
    twins(
        "a section's condition contradicts itself; its items are not reported besides",
        """
        first: [{question: size, kind: integer}]
        cars:
          ask_if: size < 2 and size > 5
          items:
            - {question: cars, kind: integer}
            - {question: vans, kind: integer, ask_if: cars > 1}
        """,
        "section-unreachable at cars",
        {"size > 5": "size > 0"},
    ),
    twins(
        "a section wants a choice that is never offered: the choice is reported",
        """
        first:
          - {question: owns, kind: yes_no}
          - question: heating
            kind: one_of
            choices:
              - {name: gas, code: 1, label: Gas}
              - {name: wood, code: 2, label: Wood}
              - {name: oil, code: 3, label: Oil, ask_if: owns and owns == no}
        oil_tank:
          ask_if: heating == oil
          items: [{question: liters, kind: integer}]
        """,
        "choice-unreachable at heating.oil",
        {"owns and owns == no": "owns"},
    ),
    twins(
        "a section wants more rows than a roster can have",
        """
        first:
          - roster: people
            at_most: 3
            items: [{question: age, kind: integer}]
        many:
          ask_if: count(people) > 3
          items: [{question: hall, kind: yes_no}]
        """,
        "section-unreachable at many",
        {"count(people) > 3": "count(people) > 2"},
    ),
    twins(
        "a section wants two choices of a question that takes one",
        """
        first:
          - question: tenure
            kind: one_of
            choices:
              - {name: owned, code: 1, label: Owned}
              - {name: rented, code: 2, label: Rented}
        rent:
          ask_if: tenure == rented and tenure == owned
          items: [{question: rent, kind: integer}]
        """,
        "section-unreachable at rent",
        {"and": "or"},
    ),
    # --- choices ----------------------------------------------------------------------------
    twins(
        "a choice is offered to others than those asked",
        """
        - {question: age, kind: integer}
        - question: work
          kind: one_of
          ask_if: age >= 18
          choices:
            - {name: employed, code: 1, label: Employed}
            - {name: none, code: 2, label: None}
            - {name: pupil, code: 3, label: At school, ask_if: age < 15}
        """,
        "choice-unreachable at work.pupil",
        {"age < 15": "age < 20"},
    ),
    twins(
        "a hard check refuses a choice",
        """
        - {question: age, kind: integer, range: 16..99, no_missing: all}
        - question: pets
          kind: any_of
          choices:
            - {name: dog, code: 1, label: A dog}
            - {name: cat, code: 2, label: A cat}
            - {name: none, code: 9, label: None, exclusive: true}
          checks: [{hard: not pets has cat or age < 16, say: No cats.}]
        """,
        "choice-unreachable at pets.cat",
        {"age < 16": "age < 17"},
    ),
    twins(
        "the other one needs more choices than may be taken",
        """
        - question: pets
          kind: any_of
          at_most: 2
          choices:
            - {name: dog, code: 1, label: A dog}
            - {name: cat, code: 2, label: A cat}
            - {name: bird, code: 3, label: A bird}
            - {name: fish, code: 4, label: A fish}
        - question: best
          kind: one_of
          choices:
            - {name: dog, code: 1, label: A dog}
            - {name: all, code: 2, label: All, ask_if: taken(pets) > 2}
        """,
        "choice-unreachable at best.all",
        {"taken(pets) > 2": "taken(pets) >= 2"},
    ),
    twins(
        "no branch gives a choice of a computed value",
        """
        - {question: age, kind: integer}
        - compute: stage
          kind: one_of
          choices:
            - {name: child, code: 1, label: Child}
            - {name: adult, code: 2, label: Adult}
            - {name: old, code: 3, label: Old}
          branches:
            - {when: age < 18, is: child}
            - {otherwise: adult}
        """,
        "choice-unreachable at stage.old",
        {"is: child}": "is: child}\n    - {when: age > 80, is: old}"},
    ),
    twins(
        "a computed value is never yes; what waits for it is not reported besides",
        """
        first:
          - {question: age, kind: integer, range: 0..120}
          - {compute: ancient, as: age > 120}
        honors:
          ask_if: ancient
          items: [{question: letter, kind: yes_no}]
        """,
        "choice-unreachable at ancient.yes",
        {"as: age > 120": "as: age > 110"},
    ),
    # --- branches ---------------------------------------------------------------------------
    twins(
        "an earlier branch takes all that a later one wants",
        """
        - {question: age, kind: integer}
        - compute: stage
          kind: integer
          branches:
            - {when: age < 18, is: 1}
            - {when: age < 12, is: 2}
            - {otherwise: 3}
        """,
        "branch-unreachable at stage#2",
        {"age < 12": "age < 32"},
    ),
    twins(
        "the last resort is meant for those whose answer is missing",
        """
        - {question: age, kind: integer}
        - compute: stage
          kind: integer
          branches:
            - {when: age < 18, is: 1}
            - {when: age >= 18, is: 2}
            - {otherwise: 3}
        """,
        "branch-unreachable at stage#3",
        {"when: age < 18": "when: missing(age), is: 0}\n    - {when: age < 17"},
    ),
    twins(
        "a branch contradicts the condition of the computed value",
        """
        - {question: age, kind: integer}
        - compute: stage
          kind: integer
          ask_if: age >= 18
          branches:
            - {when: age < 16, is: 1}
            - {when: age >= 16, is: 2}
        """,
        "branch-unreachable at stage#1",
        {"ask_if: age >= 18": "ask_if: age >= 8"},
    ),
    twins(
        "a branch wants two choices that exclude each other",
        """
        - question: pets
          kind: any_of
          choices:
            - {name: dog, code: 1, label: A dog}
            - {name: cat, code: 2, label: A cat}
            - {name: none, code: 9, label: None, exclusive: true}
        - compute: kept
          kind: integer
          branches:
            - {when: pets has none and pets has dog, is: 1}
            - {otherwise: 2}
        """,
        "branch-unreachable at kept#1",
        {"has none and": "has cat and"},
    ),
    # --- rows -------------------------------------------------------------------------------
    twins(
        "a roster never gets so many rows",
        """
        - {question: size, kind: integer, range: 0..3}
        - {roster: people, size: size, at_most: 5, items: [{question: age, kind: integer}]}
        """,
        "row-unreachable at people#4",
        {"0..3": "0..5"},
    ),
    twins(
        "the row's condition keeps rows out",
        """
        - {question: size, kind: integer}
        - roster: people
          size: size
          at_most: 4
          row_if: row < 4 or size < 4
          items: [{question: age, kind: integer}]
        """,
        "row-unreachable at people#4",
        {"size < 4": "size > 3"},
    ),
    twins(
        "a row's condition contradicts the roster's",
        """
        - {question: owns, kind: yes_no}
        - roster: seasons
          rows: 2
          ask_if: owns
          row_if: row == 1 or not owns
          items: [{question: bill, kind: integer}]
        """,
        "row-unreachable at seasons#2",
        {"or not owns": "or owns"},
    ),
    twins(
        "a hard check keeps the size small",
        """
        - question: size
          kind: integer
          checks: [{hard: size < 3, say: Too many.}]
        - {roster: people, size: size, at_most: 3, items: [{question: age, kind: integer}]}
        """,
        "row-unreachable at people#3",
        {"size < 3": "size < 4"},
    ),
)
