//! Decides whether a task is late.

use chrono::NaiveDate;

/// Whether a task is late: it is open and its due date is before `today`. A done task is never late.
#[must_use]
pub fn is_late(due_on: Option<NaiveDate>, is_done: bool, today: NaiveDate) -> bool {
    !is_done && due_on.is_some_and(|due_on| due_on < today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_open_tasks_are_late_after_their_due_date() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        let yesterday = today.pred_opt();
        assert!(is_late(yesterday, false, today));
        assert!(!is_late(yesterday, true, today), "a done task is never late");
        assert!(!is_late(NaiveDate::from_ymd_opt(2020, 1, 1), true, today));
        assert!(!is_late(Some(today), false, today), "a task is due until the end of its day");
        assert!(!is_late(today.succ_opt(), false, today));
        assert!(!is_late(None, false, today));
    }
}
