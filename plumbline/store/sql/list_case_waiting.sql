-- What waits for a case: its marks, and why it is parked.
-- Index: dirty_case_desk (the court's marks), parked_case_pkey. Lock: none.
SELECT (SELECT count(*) FROM dirty_case WHERE home_court = %(home_court)s AND subject = %(subject)s),
       (SELECT reason FROM parked_case WHERE home_court = %(home_court)s AND subject = %(subject)s)
