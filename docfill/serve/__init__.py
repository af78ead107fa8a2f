"""`docfill serve`: the whole job in a browser, and the same over REST.

One process answers (`app`), a crew of processes beside it works (`jobs`, `work`); what is known stands in one
database (`store`) and one folder of files (`blobs`), so that a crash or a power cut loses nothing.  Nothing here
reads or writes Word: the engine is called, in the crew, never on the way of an answer.

    database  blobs  ids  clock   where things are kept, and what time it is
    store/                        forms, collections, returns, corrections, users: nouns of the database
    work  jobs  crew              what a process of the crew does; the queue; who does it
    viewing  drawings             documents drawn for pages; those of returns, kept
    run  addresses  server        what is started, where it is reached, and all that it holds
    auth  doors  shapes  openapi  who may; a door is a route with its role and the shape of its body
    api/  pages/                  doors that give JSON, and doors that give pages
    templates/  static/  assets   our own HTML, CSS and ES modules; nothing from any other host
"""
