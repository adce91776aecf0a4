"""What the guard knows of SPL's commands: which only read, and why the best-known others are refused.

The lists follow Splunk's search reference and its "SPL safeguards for risky commands" page. A command on neither list
is refused too: an app may bring one of any name, and only its author knows what it does.
"""

# Where rows come from.
_SOURCES = """
    search tstats mstats mcatalog mpreview msearch metadata metasearch eventcount dbinspect datamodel pivot from
    inputlookup makeresults gentimes rest searchtxn
"""
# Rows from further searches; their brackets are checked like any other.
_NESTING = """
    append appendcols appendpipe join multisearch selfjoin set union
"""
# Rows and fields, one by one.
_ROWS = """
    abstract accum addinfo autoregress bin bucket bucketdir convert dedup delta discretize erex eval extract
    fieldformat fields filldown fillnull findkeywords folderize format fromjson geom geomfilter head highlight
    iconify iplocation kv kvform localize lookup makecontinuous makemv mvcombine mvexpand multikv nomv outlier overlap
    rangemap regex relevancy reltime rename replace require return reverse rex rtorder setfields shape sort
    spath strcat table tags tail tojson transpose typer uniq untable where xmlkv xmlunescape xpath xyseries
"""
# Statistics.
_STATISTICS = """
    addcoltotals addtotals af analyzefields anomalies anomalousvalue anomalydetection arules associate chart cluster
    cofilter concurrency contingency correlate counttable ctable diff eventstats fieldsummary findtypes gauge geostats
    kmeans maketable predict rare stats streamstats timechart timewrap top transaction transam trendline typelearner
    x11
"""

READ_ONLY = frozenset(f"{_SOURCES}{_NESTING}{_ROWS}{_STATISTICS}".split())

_WRITES = """
    collect copyresults crawl createrss dbxoutput delete deletemodel dump fit input mcollect meventcollect outputcsv
    outputlookup outputtext sichart sirare sistats sitimechart sitop stash sumindex summarize summaryindex tscollect
"""
_SENDS = """
    curl sendalert sendemail
"""
_RUNS = """
    ai aiagent apply dbxlookup dbxquery dispatch run runshellscript script
"""
# foreach puts names and values, which a search can make out of anything, into its template before that is read.
_HIDES = """
    foreach loadjob map savedsearch savedsplunk
"""
_SERVER = """
    audit file history inputcsv localop noop redistribute typeahead walklex
"""

# What a refused command does, in the words of the refusal.
REFUSED = {
    command: deed
    for names, deed in (
        (_WRITES, "writes or deletes data"),
        (_SENDS, "sends something out of Splunk"),
        (_RUNS, "runs code or a query outside of this search"),
        (_HIDES, "runs a search that cannot be seen here"),
        (_SERVER, "reads or steers more of the server than a search over its data needs"),
    )
    for command in names.split()
}

# Words that, at the start of a search without a pipe, are taken for terms all the same: "file not found" is no command.
PLAIN_WORDS = frozenset(_SERVER.split())

# A subsearch must begin with a command, but people write these; Splunk answers such a subsearch with an error.
COMMON_FIELDS = frozenset({"index", "sourcetype", "source", "host", "eventtype", "tag"})

# Their brackets hold a template for the rows at hand, and not a search of its own.
TEMPLATE_COMMANDS = frozenset({"appendpipe"})
