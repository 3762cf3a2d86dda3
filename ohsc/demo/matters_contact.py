"""Invented matters about contact with children: grooming, extortion, trafficking, travel, abuse, other harm.

Sober and short: what a professional would write on a form, never what would hurt to read. Terms of the Luxembourg
Guidelines. Each line: harm type, where (d dark web, s surface web, p physical world), the summary, the narrative.
"""

MATTERS = (
    ("grooming", "s", "An adult account asked a young person, said to be {age}, to leave {platform}",
     "The reporter states that an adult account asked to continue the conversation on another service. "
     "The young person stopped replying and told a parent {period}."),
    ("grooming", "s", "An account that gives its age as 15 is believed to belong to an adult",
     "Moderators of {platform} compared the account's sign-up details with its messages. It wrote to {count} accounts "
     "of young people in one week and asked each which school they attend."),
    ("grooming", "s", "Contact requests from one account to {count} young people in the same club",
     "A volunteer noticed that members of {setting} had been contacted by the same account on {platform}. Two of them "
     "are said to be {age}. The account offered help with school work."),
    ("grooming", "s", "Gifts in a game were followed by requests to keep the contact private",
     "An account sent in-game gifts to a young person, said to be {age}, on {platform}, and asked that the contact be "
     "kept from their family. The player used the report button {period}."),
    ("grooming", "p", "A young person, said to be {age}, was asked by an online contact to meet in person",
     "A parent found a message that proposed a meeting at a railway station. The young person did not go. "
     "The contact began on {platform} {period}."),
    ("grooming", "p", "An adult at {setting} writes to young members outside the agreed channel",
     "The designated safeguarding lead reports private messages to three young members. The messages are friendly in "
     "tone and ask them not to tell others. The adult has been asked to stay away while this is looked into."),
    ("grooming", "p", "A school asks for advice about an older contact of a pupil",
     "A pupil, said to be {age}, told a teacher about an older contact from {platform} who wants to visit. "
     "The school has spoken with the family and keeps a record of dates."),
    ("grooming", "d", "A forum thread gathers advice on approaching children on {platform}",
     "An analyst noted {count} posts in one thread of an onion service. They name features of {platform} that let "
     "strangers write to young people. No child is named."),
    ("grooming", "d", "A closed forum shares lists of young people's accounts",
     "The list names {count} accounts on {platform} and was posted {period}. It is not known how it was made. "
     "The platform has not yet been told."),
    ("sexual_extortion", "s", "A young person, said to be {age}, is threatened with the sharing of images for money",
     "The reporter states that an account asked for {sum} in gift cards and named two friends of the young person. "
     "No payment was made. A relative is with the young person and knows of the threat."),
    ("sexual_extortion", "s", "One account's demands for payment were reported by {count} young people",
     "The reports to {platform} name the same payment handle. Demands were between {sum} and twice as much. "
     "The account was suspended {period} and its records were preserved."),
    ("sexual_extortion", "s", "Threats continue from a new account after the first was closed",
     "The young person, said to be {age}, blocked the first account. A second one wrote {period} in the same words. "
     "The reporter asks what may be done so that the images are not shared."),
    ("sexual_extortion", "p", "A pupil told a teacher of demands for {sum} from a contact on {platform}",
     "The pupil, said to be {age}, came to a teacher of their own accord. The school kept the dates and the name of "
     "the account, and told the family. The demands stopped {period}."),
    ("sexual_extortion", "p", "A parent reports that a young person left home after threats online",
     "The young person, said to be {age}, returned the same evening and is safe. The family hold the telephone and "
     "have not deleted anything. They ask for support and for someone to ring them."),
    ("sexual_extortion", "d", "A thread sells scripts for financially motivated sexual extortion of children",
     "The seller offers written scripts and account lists for {sum} in a virtual currency. {count} replies were seen "
     "{period}. The wallet named in the offer is given below."),
    ("sexual_extortion", "d", "A vendor's page offers accounts said to have been used for extortion",
     "The page lists {count} accounts on {platform}. An analyst recognised one handle from an earlier report. "
     "Nothing was bought and no contact was made."),
    ("trafficking", "s", "A telephone number in an advert also appears in a missing child enquiry",
     "The advert was on {platform} for {count} days. The number matches one given by a care home after a young person, "
     "said to be {age}, was reported missing. The home has been told that this was passed on."),
    ("trafficking", "s", "Travel for a young person was arranged by an account that advertises work",
     "The account offers work in hospitality and paid for a ticket. The young person, said to be {age}, told a "
     "helpline that the address had changed twice."),
    ("trafficking", "p", "Hotel staff report several adults visiting a room booked for a young person",
     "Staff noted {count} visits in one evening and the booking name. The young person appeared to be about {age}. "
     "The room was paid by a third person. Staff ask whom to ring if it happens again."),
    ("trafficking", "p", "A social worker believes a young person is moved between addresses",
     "The young person, said to be {age} and in care, was found twice at addresses away from home {period}. "
     "A telephone was given to them by an adult whose name is not known."),
    ("trafficking", "d", "A marketplace listing is believed to concern the exploitation of a child",
     "The listing uses coded words and names a region. It was up for {count} hours. An analyst kept the page's text "
     "and hash; no picture was kept."),
    ("exploitation_in_travel", "s", "A travel group exchanges advice that suggests exploitation of children abroad",
     "Moderators of {platform} closed a group of {count} members. Posts name places to stay and days of travel. "
     "Member details were preserved {period}."),
    ("exploitation_in_travel", "s", "An account asks about places where staff do not ask the age of guests",
     "The question was posted on {platform} with dates of travel. The account's other posts concern the same region. "
     "The platform closed the account and kept its records."),
    ("exploitation_in_travel", "p", "A person with a relevant conviction booked travel near a children's home abroad",
     "The traveller notified the journey as required. The address lies beside a residential home. "
     "Departure is in {count} days. The liaison office of the destination has not yet been told."),
    ("exploitation_in_travel", "p", "A volunteer placement abroad accepted an applicant without checks",
     "A former volunteer reports that {setting} asked for no references. Children as young as {age} take part. "
     "The organisation's trustees have been written to."),
    ("exploitation_in_travel", "d", "A forum shares contacts said to arrange stays with children abroad",
     "The thread names two towns and says how to pay. The contacts are given as messenger handles. "
     "It was last answered {period}."),
    ("contact_abuse", "p", "A child, said to be {age}, told a helpline of abuse by an adult in the household",
     "The child rang from a friend's home and gave a first name and a town. The helpline stayed on the line until a "
     "trusted adult was there. The child asked that someone come to the school rather than to the home."),
    ("contact_abuse", "p", "A teacher reports a child's disclosure about a family friend",
     "The child, said to be {age}, spoke to the designated safeguarding lead {period}. The words were written down "
     "as they were said. The family friend is believed to have no contact with the child at present."),
    ("contact_abuse", "p", "An adult at {setting} is said to have abused a child some years ago",
     "The reporter, now an adult, states that it happened when they were {age}. The person is believed to work with "
     "children still. The reporter agrees to be contacted by telephone."),
    ("contact_abuse", "s", "Messages on {platform} suggest that a child in the sender's care is being abused",
     "The provider found messages by chance while looking into another matter. They suggest a child of about {age} "
     "in the sender's household. Sign-up details and addresses are attached as identifiers."),
    ("contact_abuse", "d", "A forum member writes of access to a child in the family",
     "The member posted {count} times {period} and mentions a school term and a town. An analyst believes that the "
     "child is about {age}. The style matches a known account."),
    ("other", "s", "A group on {platform} puts pressure on young people to hurt themselves",
     "Members set tasks and ask for proof. At least {count} accounts belong to young people. "
     "One reporter, said to be {age}, left the group and is supported at school."),
    ("other", "s", "An account impersonates a pupil and invites others to a private group",
     "The pupil, said to be {age}, found a copy of their profile on {platform}. Classmates were invited to a group "
     "in its name. The school has warned the year."),
    ("other", "p", "Young people were followed home after their meeting place was posted online",
     "A post on {platform} named the time and place where members of {setting} meet. A parent saw the same car on "
     "two evenings. Part of a registration was noted."),
    ("other", "d", "Personal details of young people were posted for others to use",
     "The post lists names and schools of {count} young people. Its purpose is not stated. "
     "The schools have not yet been told."),
)  # fmt: skip
