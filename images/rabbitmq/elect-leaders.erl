%% For `rabbitmqctl eval`. A quorum queue that was being declared when its broker was killed has no log on the disk, only
%% its name: the broker starts its member anew, as a follower that waits for a leader which will never come
%% (https://github.com/rabbitmq/rabbitmq-server/issues/15725). An only member is the one to ask. A queue with more
%% members is left alone: the others may know more.
ok = rabbit:await_startup(),
[begin
   {Name, _} = amqqueue:get_pid(Queue),
   Member = {Name, node()},
   case ra:members(Member, 1000) of
     {ok, _, _} -> ok;
     _ ->
       rabbit_log:warning("~ts has no leader; its only member stands for election",
                          [rabbit_misc:rs(amqqueue:get_name(Queue))]),
       ra:trigger_election(Member)
   end
 end || Queue <- rabbit_amqqueue:list_local_quorum_queues(),
        maps:get(nodes, amqqueue:get_type_state(Queue)) =:= [node()]].
