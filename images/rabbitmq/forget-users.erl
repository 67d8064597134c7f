%% For `rabbitmqctl eval`. Importing definitions deletes nothing: a user that they no longer name would keep its password
%% and its rights in the broker's data.
ok = rabbit:await_startup(),
{ok, File} = file:read_file("/etc/rabbitmq/definitions.json"),
#{<<"users">> := Users} = rabbit_json:decode(File),
Named = [maps:get(<<"name">>, User) || User <- Users],
[begin
   rabbit_log:warning("user ~ts is no longer in the definitions; it is deleted", [Name]),
   rabbit_auth_backend_internal:delete_user(Name, <<"definitions">>)
 end || User <- rabbit_auth_backend_internal:list_users(),
        Name <- [proplists:get_value(user, User)],
        not lists:member(Name, Named)].
