namespace PgOAuth.Sql.Resolution;

/// <summary>What is done to an object.</summary>
internal enum SqlAccessKind : byte
{
    None,

    /// <summary>Rows are read, in whatever clause. No columns: only that rows exist (<c>count(*)</c>).</summary>
    Read,

    /// <summary>Rows are inserted. Columns: those set; all, when no list is given; and those that EXCLUDED reads.</summary>
    Insert,

    /// <summary>Rows are changed. Columns: those set.</summary>
    Update,

    /// <summary>Rows are deleted.</summary>
    Delete,

    /// <summary>TRUNCATE.</summary>
    Truncate,

    /// <summary>FOR UPDATE and its like (see <see cref="SqlAccess.LockStrength"/>), or LOCK TABLE (none).</summary>
    Lock,

    /// <summary>COPY t TO. Columns: those copied. There is a Read beside it. Of COPY (query) TO: without relation.</summary>
    CopyTo,

    /// <summary>COPY t FROM. There is an Insert beside it.</summary>
    CopyFrom,

    /// <summary>COPY to or from a file or program of the server. Beside the others.</summary>
    CopyServerFile,

    /// <summary>A function, procedure or aggregate is called; all overloads that the call may mean are its functions.</summary>
    Call,

    /// <summary>
    /// A relation is named in a value: 't'::regclass, nextval('s'). Without relation: the name is computed or a parameter, and may
    /// be any. With functions: it is an argument of theirs. Else: of a cast only.
    /// </summary>
    Name,

    /// <summary>SET, RESET, also of a function, role or database. The tokens are the setting's name; none of them: all settings.</summary>
    SetSetting,

    /// <summary>SHOW. The tokens as for SetSetting.</summary>
    ShowSetting,

    /// <summary>A prepared statement (EXECUTE, DEALLOCATE) or cursor (FETCH, CLOSE, CURRENT OF): the tokens are its name; none: all.</summary>
    UsePrepared,

    /// <summary>As UsePrepared.</summary>
    UseCursor,

    /// <summary>A new object. Relation: null, or the one of that name that exists. The tokens are its name.</summary>
    Create,

    /// <summary>An object is changed.</summary>
    Alter,

    /// <summary>An object is dropped.</summary>
    Drop,

    /// <summary>
    /// The statement itself, first in the list, with its <see cref="SqlAccess.Statement"/>: always there. And any other object that
    /// a statement of that kind acts on.
    /// </summary>
    Statement,
}
