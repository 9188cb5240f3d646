# fish completion for memtop

# The words $argv behind what of a list with commas is typed already, none twice.
function __memtop_list
    set -l begun (commandline -ct | string replace -r '^-(-[a-z-]+=|[a-zA-Z]+)' '' \
        | string match -r '.*,'; or echo '')
    for word in $argv
        set -l name (string split -m1 \t -- $word)[1]
        if not string match -q "*,$name,*" -- ",$begun"
            echo -- $begun$word
        end
    end
end

function __memtop_columns
    printf '%s\t%s\n' \
        pid 'number of the process' \
        ppid 'number of its parent' \
        user 'who it runs as' \
        rss 'memory in RAM, shared pages included' \
        mem 'RSS as a share of the machine' \
        footprint 'anonymous, shared and swapped memory' \
        anon 'anonymous memory in RAM' \
        file 'mapped files in RAM' \
        shmem 'shared memory in RAM' \
        swap 'memory in swap' \
        hugetlb 'pages of the huge page pool' \
        pss 'RSS with a fair share of what is shared' \
        peak 'highest RSS ever' \
        virt 'address space' \
        growth 'growth in the last minute' \
        growth10 'growth in the last ten minutes' \
        trend 'curve of the footprint' \
        verdict 'what the footprint does' \
        cause 'why it grows' \
        eta 'time left to the limit' \
        base 'growth since the baseline' \
        age 'time since it began' \
        majflt 'major page faults a second' \
        minflt 'minor page faults a second' \
        threads 'number of threads' \
        run_state 'running, sleeping, ...' \
        nice 'nice value' \
        oom 'OOM score' \
        cgroup 'control group' \
        cpu 'share of one CPU' \
        cpu_time 'CPU time' \
        count 'processes the row stands for' \
        command 'name or command line' \
        container 'name of a container' \
        unreclaimable 'memory that cannot be taken back' \
        usage 'all memory of a container' \
        cache 'files in memory' \
        limit 'limit that binds a container' \
        full 'how much of the limit is taken' \
        stalls 'time waited for memory' \
        max_events 'times the limit was met' \
        kills 'kills for want of memory' \
        processes 'processes in a container' \
        kind 'docker, pod, service, ...' \
        id 'number of a container' \
        path 'cgroup of a container' \
        limit_path 'whose limit it is'
end

function __memtop_sort
    __memtop_columns
    if string match -q -- '*-*' (commandline -ct)
        __memtop_columns | string replace -r '^' -
    end
end

complete -c memtop -f
complete -c memtop -s d -l delay -x -a '0.5 1 2 5 10' -d 'Seconds between looks'
complete -c memtop -s n -l count -x -d 'End after so many looks'
complete -c memtop -s p -l pid -x -a '(__memtop_list (__fish_complete_pids))' -d 'Only these processes'
complete -c memtop -s u -l user -x -a '(__fish_complete_users)' -d 'Only processes of this user'
complete -c memtop -s s -l sort -x -a '(__memtop_sort)' -d 'Sort by this column'
complete -c memtop -s F -l filter -x -d 'Only what matches'
complete -c memtop -s g -l group -x -a 'program user cgroup container' -d 'Rows of groups'
complete -c memtop -s k -l kernel -d 'Show kernel threads too'
complete -c memtop -s C -l no-color -d 'No colour'
complete -c memtop -s U -l ascii -d 'Draw with plain ASCII'
complete -c memtop -s M -l no-mouse -d 'Leave the mouse to the terminal'
complete -c memtop -l readonly -d 'Never send a signal or change a nice value'
complete -c memtop -l no-inside -d 'Never look inside a process'
complete -c memtop -l host -x -a '(__fish_print_hostnames)' -d 'Watch these machines over ssh'
complete -c memtop -l hosts -r -F -d 'Watch those that a file names'
complete -c memtop -l ssh-option -x -d 'An option more for ssh'
complete -c memtop -l allow-signals -d 'Let signals be sent there'
complete -c memtop -s b -l batch -d 'Text tables on standard output'
complete -c memtop -s w -l width -x -d 'Width of the lines of -b'
complete -c memtop -l containers -d 'Containers, pods and services'
complete -c memtop -l account -d 'With -b: where the memory went'
complete -c memtop -l detail -d 'With -p: processes in depth'
complete -c memtop -l inside -d 'With -p: what is in their memory'
complete -c memtop -l holders -x -d 'With -p: who holds objects of this type'
complete -c memtop -l columns -x -a '(__memtop_list (__memtop_columns))' -d 'Columns to show'
complete -c memtop -l json -d 'Tables or a report as JSON'
complete -c memtop -l csv -d 'Tables as CSV'
complete -c memtop -l report -r -F -d 'Where the report of a run goes'
complete -c memtop -l svg -r -F -d 'Draw the chart of a report'
complete -c memtop -l live -d 'One line while a program runs'
complete -c memtop -l wait-all -d 'Until all that a program started have ended'
complete -c memtop -l lines -d 'The lines a Python program grows in'
complete -c memtop -l report-from -r -F -d 'The report of a recording'
complete -c memtop -l compare -r -F -d 'Two recordings side by side'
complete -c memtop -l check -x -d 'Status 1 when something matches'
complete -c memtop -l for -x -d 'With --check: watch so long'
complete -c memtop -l on -x -d 'When something begins to match'
complete -c memtop -l exec -x -a '(__fish_complete_command)' -d 'Run this then'
complete -c memtop -l every -x -d 'Not more often than so'
complete -c memtop -l flight -d 'Record on and on in a bounded folder'
complete -c memtop -l keep -x -d 'How much, or how old, that folder may be'
complete -c memtop -l status -d 'How far back that folder reaches'
complete -c memtop -l at -x -a '-10m -1h -2h -12h -1d' -d 'What was at that time'
complete -c memtop -l last-kill -d 'What was before the last kill'
complete -c memtop -l no-history -d 'Begin without what was recorded'
complete -c memtop -l metrics -r -F -d 'Keep a file up to date for Prometheus'
complete -c memtop -l openmetrics -d 'OpenMetrics, not the classic format'
complete -c memtop -l record -r -F -d 'Write all that is seen to a file'
complete -c memtop -l append -d 'Go on at the end of a recording'
complete -c memtop -l replay -r -F -d 'Show a recording'
complete -c memtop -l verdicts -d 'Changes of verdict of a recording as CSV'
complete -c memtop -l stream -d 'JSON lines on standard output'
complete -c memtop -l key-frames -x -d 'Everything again, this often'
complete -c memtop -s h -l help -d 'Print the options'
complete -c memtop -s V -l version -d 'Print the version'
