"""Invented matters about material: its making, sharing, streaming, seeking, and names that lead to it.

As in `matters_contact`: sober, no description of what any material shows. Each line: harm type, where (d dark web,
s surface web, p physical world), the summary, the narrative.
"""

MATTERS = (
    ("csam", "s", "{count} files in a private group on {platform} match a hash list",
     "The match is by hash alone and nobody at the provider opened the files. The group had three members. "
     "It was closed {period} and its records are preserved for ninety days."),
    ("csam", "s", "A hosting customer's folder matched entries of a hash list and was closed",
     "The customer signed up {period} and paid by card. The folder held {count} matching files. Access to the folder "
     "was stopped; the account's log is kept."),
    ("csam", "s", "An upload to {platform} was stopped by a hash match",
     "One file was stopped before anyone could see it. The account was suspended. The sign-up address and the address "
     "of the upload are given below with port and time."),
    ("csam", "s", "A link shared on {platform} leads to material on a file host",
     "A member of the public reported the link {period}. The hotline confirmed it and sent a notice to the host. "
     "The link was shared {count} times before it was removed."),
    ("csam", "p", "A device handed in for repair holds files that match a hash list",
     "The repair shop's software raised the match. Staff did not open the files, kept the device in a locked drawer "
     "and wrote down who handed it in."),
    ("csam", "p", "A family member found material on a shared computer",
     "The reporter closed the computer and rang the helpline. A child of about {age} lives in the household. "
     "The reporter asks what will happen next and whether to stay elsewhere."),
    ("csam", "d", "An onion service lists links to known material under changing names",
     "The service was first seen {period} and copies the layout of one that was closed. It names {count} moderators. "
     "An analyst recorded its text and its keys; no files were fetched."),
    ("csam", "d", "A forum announces that it will move to a new address",
     "The announcement gives a new onion name and a signed message. About {count} accounts answered. "
     "The administrator's name is the same as on an earlier forum."),
    ("csam_ai_generated", "s", "An account offers to alter photographs of children with a generative tool",
     "The offer was made on {platform} with a price of {sum}. The account has {count} followers. "
     "The provider removed the offer and kept the account's details."),
    ("csam_ai_generated", "s", "Files made with a generative tool were shared in a group on {platform}",
     "The provider believes that the files were made with AI. It is not known whether a real child is shown. "
     "{count} members saw the post before the group was closed."),
    ("csam_ai_generated", "s", "An application that alters photographs of people is advertised to young people",
     "The advert was shown on {platform} {period} and does not ask for an age. Two young people have reported altered "
     "images. The application's maker has no contact address."),
    ("csam_ai_generated", "p", "Altered images of pupils were passed around a school year",
     "Pupils, said to be {age}, showed a teacher that photographs from {setting} had been altered. The school took "
     "the names of those affected and did not copy anything. Parents ask how the images can be removed."),
    ("csam_ai_generated", "d", "A thread shares settings for a model said to produce such material",
     "The thread lists {count} settings files by hash. The poster answers questions and asks for {sum} for help. "
     "No files were fetched."),
    ("csam_ai_generated", "d", "A service sells generated material by subscription",
     "The page asks for {sum} a month in a virtual currency and claims {count} subscribers. "
     "The wallet is given below."),
    ("live_streaming", "s", "Small regular payments fit the pattern of paid live streaming of child sexual abuse",
     "A payment provider noted {count} transfers to one recipient, each followed by a video call on {platform}. "
     "The payer has no known link to the recipient."),
    ("live_streaming", "s", "A stream on {platform} was stopped after a viewer reported it",
     "The viewer reported that a young person, said to be about {age}, was being told what to do by others. "
     "The stream was stopped within minutes. Viewer accounts are preserved."),
    ("live_streaming", "p", "A neighbour believes that a child is made to appear on video calls",
     "The neighbour hears calls at regular hours and has spoken with the child, who is about {age}. "
     "An address is given. The neighbour asks not to be named."),
    ("live_streaming", "d", "A forum post announces the time of a stream",
     "The post gives a day and an hour and asks for {sum} from each viewer. {count} accounts replied. "
     "It is not known whether the stream took place."),
    ("self_generated", "s", "A young person, said to be {age}, asks for an image of themselves to be removed",
     "The young person wrote to the helpline {period}. The image was shared by a former friend on {platform}. "
     "A hash was made on the young person's own device; the image was not sent."),
    ("self_generated", "s", "Images a young person sent to one contact were shared with others",
     "The young person, said to be {age}, learned of it from a classmate. The contact is believed to be of the same "
     "age. The family asks for removal first and does not wish a prosecution at present."),
    ("self_generated", "s", "A hash of self-generated content was seen again on {platform}",
     "The hash was registered by a young person {period}. The account that uploaded it has {count} contacts. "
     "It is unknown how the content came to be made."),
    ("self_generated", "p", "A school reports that images of a pupil are being shown between pupils",
     "The pupil, said to be {age}, is supported by the designated safeguarding lead. Three telephones were handed in "
     "and switched off. Nobody at the school looked at the images."),
    ("self_generated", "p", "A parent asks for advice about images on a young person's telephone",
     "The young person, said to be {age}, told the parent that an account on {platform} had asked for them. "
     "The parent has kept the telephone and written down the account's name."),
    ("self_generated", "d", "A collection on an onion service is said to have been gathered from {platform}",
     "The collection's index names {count} accounts of young people. It is believed that the content was obtained by "
     "deceit. The index was recorded as text."),
    ("solicitation_of_csam", "s", "An account asked others in a group for material and offered an exchange",
     "The request was made on {platform} in coded words that moderators know. {count} accounts answered. "
     "All were suspended {period}."),
    ("solicitation_of_csam", "s", "Search terms and messages show repeated requests for material",
     "The account wrote to {count} others within a day. No file was found. The provider gives the address, port and "
     "time of the last sign-in."),
    ("solicitation_of_csam", "p", "A member of {setting} asked another adult for material",
     "The other adult refused, told the safeguarding lead and kept the message. The member works with children "
     "of about {age} on Saturdays."),
    ("solicitation_of_csam", "d", "A forum account offers {sum} for new material",
     "The offer was posted {period} and names an age range. Two accounts replied in private. "
     "The wallet and the account's key are given below."),
    ("misleading_domain", "s", "A domain that resembles a children's television site leads to harmful content",
     "The domain differs from the real one by one letter. A parent noticed it when a child of {age} searched for the "
     "programme. It was registered {period}."),
    ("misleading_domain", "s", "Ordinary words in a search lead to a page of links to known material",
     "The hotline found {count} such pages with the same layout. They change their host every few days. "
     "The search service has been told."),
    ("misleading_domain", "p", "A printed code at {setting} leads to a harmful page",
     "A sticker with a code was placed over the club's own. A coach removed it {period} and kept it. "
     "Young people of about {age} use the room."),
    ("misleading_domain", "d", "A directory lists a service under the name of a helpline",
     "The directory's entry uses a helpline's name and leads to a forum. An analyst compared {count} entries. "
     "The directory's owner can be written to."),
    ("unsolicited_obscene_material", "s", "Young people in a public game lobby were sent obscene pictures",
     "Players on {platform} reported one account {count} times in an evening. Some are said to be {age}. "
     "The pictures were removed and the account was suspended."),
    ("unsolicited_obscene_material", "s", "An account sends obscene material to young people who follow a singer",
     "The account writes to new followers on {platform}. A reporter, said to be {age}, blocked it and told a parent. "
     "The same text was sent to others."),
    ("unsolicited_obscene_material", "p", "Pupils on a school bus were sent obscene pictures by a stranger",
     "The pictures came by a nearby sharing function. Pupils, said to be {age}, told the driver. The bus has a camera "
     "and the operator keeps its recordings for {count} days."),
    ("unsolicited_obscene_material", "d", "Accounts made to send obscene material to children are sold in bulk",
     "The seller offers {count} accounts on {platform} for {sum}. A sample of the names was recorded. "
     "The platform has been told which pattern they follow."),
)  # fmt: skip
