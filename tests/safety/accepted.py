"""Searches that Splunk admins really write, in our own words; the guard lets each of them through."""

SHIPPED = (
    "| tstats count where index=_internal",
    (
        '| rest splunk_server=local /services/server/info | fillnull value="none" kvStoreStatus health_info'
        " | fields splunk_server version licenseState isFree kvStoreStatus health_info server_roles"
    ),
    (
        "index=_internal sourcetype=splunkd source=*metrics.log* group=queue"
        " | eval cap=coalesce(max_size_kb,max_size), f=if(cap>0,100*coalesce(current_size_kb,current_size)/cap,0)"
        " | stats count as n p90(f) as fill by host name | sort -fill | head 60"
    ),
    'index=_internal sourcetype=splunkd component=TcpInputProc "Stopping all listening ports" | stats count by host',
    (
        'index=_internal sourcetype=splunkd component=TcpOutputProc "blocked for"'
        r' | rex "blocked for (blocked_seconds=)?(?<s>\d+)" | stats count max(s) as s by host | fillnull s | sort -s'
    ),
    (
        "| tstats max(_time) as last where index=_internal by host | eval q=if(now()-last>=900,1,0)"
        " | stats count as hosts sum(q) as silent | eval pct=if(hosts>0,round(100*silent/hosts,1),0)"
    ),
    "| rest splunk_server=local /services/search/distributed/peers | fields peerName status disabled",
    (
        "| rest splunk_server=* /services/server/status/partitions-space | eval free=coalesce(available,free)"
        " | where capacity>0 | eval used=round(100*(1-free/capacity),1) | fields splunk_server mount_point free used"
    ),
    (
        "index=_internal sourcetype=scheduler status IN (success,completed,skipped)"
        ' | eval k=if(status="skipped",1,0) | stats count as runs sum(k) as skipped by host'
    ),
    (
        "| rest splunk_server=local /services/licenser/licenses"
        ' | where quota>1048576 AND NOT match(label,"Reset") | eval days=floor((expiration_time-now())/86400)'
    ),
    (
        "| rest splunk_server=* /services/data/indexes datatype=all count=0"
        ' | eval h=if(title="web",1,0), o=h*disabled | stats count as listed sum(h) as found sum(o) as off'
    ),
    (
        'index=_internal sourcetype=splunkd "unconfigured/disabled/deleted index="'
        ' | rex "deleted index=(?<lost>[^ ]+)" | stats count by lost'
    ),
    (
        '| tstats count where index="web" by _time span=1h'
        ' | eval l=if(_time>=relative_time(now(),"-1h@h"),count,0), t=if(l=0,count,null())'
        " | stats count as hours sum(l) as last median(t) as typical"
    ),
    "| rest splunk_server=local /services/authentication/current-context | stats count by roles",
    '| rest splunk_server=local /services/authorization/roles count=0 | fillnull value="" srchFilter',
    '| tstats count where index=* OR index=_* by index | eval i=if(match(index,"^_"),1,0) | stats sum(i) as n',
    (
        "index=_introspection component=Hostwide | rename data.* as *"
        " | eval c=cpu_system_pct+cpu_user_pct, m=100*mem_used/mem | stats count as n p90(c) as cpu by host"
    ),
    '| rest splunk_server=local /services/search/jobs count=0 | where dispatchState="RUNNING" | stats count as running',
    (
        "| rest splunk_server=* /services/deployment/server/clients count=0"
        " | eval age=round((now()-lastPhoneHomeTime)/60) | fields hostname age"
    ),
    (
        'index=_internal sourcetype=splunkd component=HttpInputDataHandler log_level=ERROR | rex "reply=(?<reply>\\d+)"'
        ' | rex "token name=(?<token>[^,]+)" | fillnull value=-1 reply | stats count by reply token'
    ),
    (
        "| rest splunk_server=local /servicesNS/-/-/saved/searches add_orphan_field=yes count=0"
        " | where disabled=0 AND is_scheduled=1 | eval o=if(orphan=1,1,0) | stats sum(o) as orphans"
    ),
    "| rest splunk_server=local /services/server/status/limits/search-concurrency | fields max_hist_searches",
    'index=_internal sourcetype=splunkd ("disk out of space" OR "minimum free disk space") | stats count by host',
    'index=_internal "will attempt to freeze" NOT "because frozenTimePeriodInSecs=" | stats count',
)

BY_HAND = (
    # plain
    "error",
    "file not found | stats count by host",
    "audit failure index=win",
    "index=*",
    "index=* sourcetype=syslog",
    "search index=web status>=500",
    "SEARCH index=web | STATS count BY host",
    "error OR failed NOT debug | head 10",
    "index=web earliest=-1h@h latest=@h | timechart span=5m count by host limit=20 useother=f",
    "index=web host IN (a, b, c) status IN (500,502) | top limit=20 uri",
    "index=web | stats values(*) as *",
    "index=web | stats count, dc(user) AS users, latest(_time) as seen by host",
    'index=web | table a, b, "c d"',
    "index=web|stats count by host|sort -count|head 5",
    "index=web | sort - _time | dedup host | fields - _raw",
    "index=web | fields+ host",
    "index=web | where(isnotnull(status))",
    'sourcetype="WinEventLog:Security" EventCode=4625 | stats count by Account_Name',
    "index=web _index_earliest=-15m | eval lag=_indextime-_time | stats perc95(lag) by sourcetype",
    "TERM(10.0.0.1) OR CASE(Error) index=fw",
    # quotes, pipes, brackets and backslashes as data
    'index=web | stats count as "A | B"',
    'index=web | where like(uri,"%|%")',
    r'sourcetype=foo | rex mode=sed "s/\|//g"',
    r'index=web | rex "(?<x>[^|\]]+)"',
    r'index=web | rex field=_raw "user=\"(?<user>[^\"]+)\""',
    r'index=web | eval x=if(match(a,"^\[.*\]$"),1,0)',
    r'index=win source="C:\\Program Files\\App\\" | stats count',
    r'index=win | eval dir=replace(path,"\\\\[^\\\\]+$","") | stats count by dir',
    r"index=win source=C:\Windows\System32\winevt\*",
    'index=web "| collect index=main"',
    'index=web | eval note="[ search | delete ]" | table note',
    'index=_audit action=search | where match(search,"\\|\\s*(collect|outputlookup|delete)")',
    'index=web | eval m=case(status>=500,"server | bad",status>=400,"client",true(),"ok") | stats count by m',
    "index=web | eval total='bytes in'+'bytes out' | where 'total' > 100",
    "index=web | rename \"Bytes In\" as bytes_in | eval kb=round('bytes_in'/1024,2)",
    "index=crm name=O'Brien | stats count by office",
    "index=crm name=O'Brien OR name=O'Neil | stats count",
    'index=crm | eval s="it\'s" | stats count by s',
    "index=web | rex field=_raw \"msg='(?<msg>[^']+)'\" | stats count by msg",
    "index=k8s | eval n='items[0].name' | stats count by n",
    'index=k8s | spath output=name path="items{}.metadata.name" | mvexpand name',
    'index=web | eval p=printf("%05.2f|%s",x,y) | makemv delim="|" p | mvexpand p',
    'index=web | eval hits=mvfilter(match(tags,"a|b")) | nomv hits',
    'index=web | eval icon="✅ \uff5c ok" | table icon',
    "index=web user=Müller | stats count by user",
    'index=web | eval x="a`b`c"',
    'index=web | eval x=json_extract(_raw,"a.b[0]"), y=mvindex(split(x,"|"),0)',
    # lines, comments, odd white space
    "index=web\n| stats count\n    by host\n| sort -count",
    "index=web\r\n| stats count\r\n\tby host",
    "```who is loud?``` index=web | stats count by host ```top ten``` | head 10",
    "```don't``` index=web | eval x='a b' | stats count by x",
    'index=_audit | rex field=search mode=sed "s/```.*?```/ /g" | rex field=search "(?s)^(?<first>[^\\|]+)"',
    'index=a | eval x="a ``` b" | where y="c ``` | d"',
    "| REST /services/licenser/licenses/ | eval left=expiration_time-now()",
    'index=_audit NOT "search=\'|history" NOT "search_id=\'scheduler" | makemv x tokenizer=(\\S+)',
    "index=web ```don't count | outputlookup x``` | stats count",
    'index=web\n```\n  several lines | of "comment"\n```\n| stats count by host',
    "| ```first``` tstats count where index=web",
    "   | metadata type=hosts index=_internal | eval age=now()-recentTime",
    # generators
    "| tstats summariesonly=t count from datamodel=Web.Web where Web.status=500 by _time span=1h, Web.host",
    "| tstats prestats=t count where index=web by _time span=5m | timechart span=5m count",
    '| mstats avg(_value) WHERE metric_name="cpu.*" AND index=metrics span=1m BY host',
    "| mcatalog values(metric_name) WHERE index=metrics",
    "| eventcount summarize=false index=* index=_* | dedup index | fields index",
    "| dbinspect index=_internal | stats sum(sizeOnDiskMB) by state",
    "| datamodel Network_Traffic All_Traffic search | head 10",
    "| from datamodel:Authentication.Authentication | stats count by user",
    '| from datamodel:"Web" | head 1',
    "| from inputlookup:geo_attr_countries",
    "| inputlookup append=t assets.csv where owner=ops | stats count",
    '| makeresults count=3 | eval _raw="a=1 | b=2" | extract pairdelim="|" kvdelim="="',
    "| makeresults | eval x=1 | append [| makeresults | eval x=2] | stats sum(x)",
    "| gentimes start=-7 increment=1d | eval _time=starttime | table _time",
    "| metasearch index=_internal | stats count by sourcetype",
    # rest
    "| rest /services/server/info",
    '| rest "/services/data/indexes" splunk_server=local count=0 | table title currentDBSizeMB',
    '| rest /servicesNS/-/-/saved/searches splunk_server=local search="is_scheduled=1" f=title f=cron_schedule',
    "| rest timeout=30 splunk_server_group=dmc_group_indexer /services/server/introspection/queues",
    "| rest /services/data/inputs/monitor count = 0",
    "| rest /servicesNS/-/-/data/inputs/tcp/raw",
    "| rest /servicesNS/nobody/search/data/ui/views/ | table title eai:acl.app",
    "| rest /services/configs/conf-props/my:source",
    "| rest /services/admin/summarization by_tstats=t splunk_server=local count=0",
    "| rest /services/cluster/master/peers | table label status",
    "| rest /services/search/jobs/1700000000.42 | table sid runDuration",
    # subsearches
    "index=web [search index=ids severity=high | stats count by src | fields src | rename src as clientip]",
    "index=web [| inputlookup bad_ips.csv | fields ip | rename ip as clientip | format]",
    "index=web NOT [inputlookup allow.csv | fields ip]",
    "index=web [search index=ids [| inputlookup hosts.csv | return 100 host] | return 1 $src]",
    "index=a | join type=left host [search index=b | stats latest(version) as version by host] | table host version",
    "index=a | appendcols [search index=b | stats count as b] | eval ratio=a/b",
    'index=a | stats count by host | appendpipe [stats sum(count) as count | eval host="all"]',
    "| multisearch [search index=a | eval t=1] [search index=b | eval t=2] | stats count by t",
    "| union maxout=1000 [search index=a] [search index=b] datamodel:Web | stats count",
    "| set diff [search index=a | fields id | dedup id] [search index=b | fields id | dedup id]",
    "index=a | where count > [search index=b | stats avg(count) as c | return $c]",
    "index=a | append maxtime=60 [ | rest /services/server/info | table version ] | stats values(version)",
    # the rest of the toolbox
    'index=a | transaction session maxspan=10m startswith="login" endswith="logout" | stats avg(duration)',
    "index=a | streamstats window=5 current=f avg(x) as m by host | eventstats stdev(x) as s | where abs(x-m)>3*s",
    "index=a | bin _time span=1h | stats count by _time | predict count as p future_timespan=24",
    "index=a | trendline sma5(count) as trend | delta count as d | accum d | autoregress d p=1-3",
    "index=a | anomalydetection method=histogram action=annotate | cluster t=0.9 showcount=t | table cluster_count",
    "index=a | iplocation clientip | geostats latfield=lat longfield=lon count by status",
    "index=a | lookup users name AS user OUTPUT mail | lookup local=t assets ip AS src OUTPUTNEW owner",
    "index=a | chart count over host by status | untable host status count | xyseries host status count | transpose 5",
    'index=a | xpath outfield=n "//node/@name" | xmlkv | multikv fields a b | kvform | tojson | fromjson _raw',
    "index=a | rangemap field=count low=0-9 elevated=10-99 default=severe | gauge count 0 10 100",
    "index=a | fieldsummary maxvals=5 | addtotals row=f col=t | addcoltotals labelfield=f | addinfo",
    "index=a | makecontinuous _time span=1d | fillnull value=0 | filldown x | timewrap 1w",
    "index=a | contingency x y | correlate | associate | arules x y",
    'index=a | convert ctime(_time) as when timeformat="%F %T" | reltime | localize | tags outputfield=t',
    'index=a | rare limit=5 user | replace "*" with x in user | regex user!="^(a|b)$" | uniq | reverse | tail 3',
    "index=a | outlier action=TF x | kmeans k=4 x | x11 x | highlight x | abstract maxterms=5",
    'index=a | concurrency duration=d output=c | selfjoin id | typer | strcat a "|" b c | mvcombine delim="," c',
)

ACCEPTED = SHIPPED + BY_HAND
