namespace PgOAuth.Sql.Resolution;

/// <summary>The names of the operators that a server has by itself: pg_operator of PostgreSQL 15 to 18, in which they are the same.</summary>
internal static class SqlServerOperators
{
    /// <summary>All of them, with spaces between.</summary>
    public static ReadOnlySpan<byte> Names =>
        "!! !~ !~* !~~ !~~* # ## #- #> #>> % & && &< &<| &> * *< *<= *<> *= *> *>= + - -> ->> -|- / < <-> << <<= <<| <= <> <@ <^ = > >= >> >>= >^ ? "u8 +
        "?# ?& ?- ?-| ?| ?|| @ @-@ @> @? @@ @@@ ^ ^@ | |&> |/ |>> || ||/ ~ ~* ~<=~ ~<~ ~= ~>=~ ~>~ ~~ ~~*"u8;

    public static bool Contains(ReadOnlySpan<byte> name)
    {
        var names = Names;
        foreach (var one in names.Split((byte)' '))
        {
            if (names[one].SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }
}
