"""Meetings as an iCalendar file (RFC 5545). It says kind, title, place and time, and nothing of any person."""

from datetime import UTC, timedelta

from icalendar import Calendar, Event

NAME = "三会一课"
KEPT, SHOWN = timedelta(days=186), 1000  # how far back it reaches, and how many it holds
LENGTH = timedelta(hours=1)  # shown where nobody planned an end
REFRESHED = timedelta(hours=6)


def write(meetings, *, now, several, address):
    """Return the .ics as bytes, lines of at most 75 octets that end in CR LF.

    `meetings` are loaded with their branch, which is named where the reader has `several`; `address(meeting)` is the
    URL of its page, which asks for a login.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//xinyu-livestreaming-party-committee//meetings//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", NAME)
    calendar.add("refresh-interval", REFRESHED, parameters={"VALUE": "DURATION"})
    for meeting in meetings:
        calendar.add_component(_event(meeting, now, several, address(meeting)))
    return calendar.to_ical()


def _event(meeting, now, several, url):
    event = Event()
    event.add("uid", f"{meeting.number}@meetings.xinyu")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("sequence", meeting.version)
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    event.add("dtend", (meeting.ends_at or meeting.starts_at + LENGTH).astimezone(UTC))
    whose = f"{meeting.branch.short_name} " if several else ""
    event.add("summary", f"{whose}{meeting.get_kind_display()}：{meeting.title}")
    event.add("location", meeting.place)
    event.add("url", url)
    event.add("status", "CANCELLED" if meeting.state == "CANCELLED" else "CONFIRMED")
    return event
